# Reference values of R's survival package for tests/analyses/test_against_r.py, written to reference.json beside this
# file, with the data of R that they are of. Not part of the test run; the values are committed, R is not needed.
#
#   Rscript tests/analyses/reference/make_reference.R <folder of lifelines/datasets>
#
# datasets.csv names each data set: its file, the folder it is in (here, or the data sets of lifelines), the columns for
# time, event, group, covariates (with spaces between) and strata.
library(survival)
options(warn = 1)
invisible(Sys.setlocale("LC_COLLATE", "C")) # levels in the order of their bytes, as Python sorts them
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
lifelines <- commandArgs(trailingOnly = TRUE)[1]

save_as <- function(frame, name) {
  write.csv(frame, file.path(here, paste0(name, ".csv")), row.names = FALSE, na = "", quote = FALSE)
}
save_as(transform(lung, event = status - 1, status = NULL), "lung")
save_as(veteran, "veteran")
save_as(ovarian, "ovarian")
save_as(transform(kidney, disease = as.character(disease)), "kidney")
save_as(transform(rats, sex = as.character(sex)), "rats")
save_as(aml, "aml")
save_as(transform(pbc[c("time", "trt", "age", "bili", "albumin", "edema", "sex")], died = as.numeric(pbc$status == 2)), "pbc")
save_as(transform(stanford2[c("time", "status", "age", "t5")], late = ifelse(stanford2$age > 45, "over 45", "to 45")),
  "stanford2")

number <- function(x) {
  x <- as.numeric(x)
  ifelse(is.finite(x), sprintf("%.17g", x), "null")
}
quoted <- function(x) paste0("\"", x, "\"")
object <- function(...) {
  parts <- list(...)
  paste0("{", paste0(quoted(names(parts)), ": ", unlist(parts), collapse = ", "), "}")
}
array <- function(x) paste0("[", paste(x, collapse = ", "), "]")
numbers <- function(x) array(number(x))

curve_reference <- function(d) {
  limits <- sapply(c("log", "log-log", "plain"), function(kind) {
    fit <- survfit(Surv(time, event) ~ 1, d, conf.type = kind)
    q <- quantile(fit, c(.25, .5, .75))
    times <- as.numeric(quantile(d$time, c(.1, .4, .7), type = 1))
    s <- summary(fit, times = times)
    table <- summary(fit)$table
    object(
      median = numbers(table[c("median", "0.95LCL", "0.95UCL")]),
      quartiles = array(sapply(1:3, function(i) numbers(c(q$quantile[i], q$lower[i], q$upper[i])))),
      times = numbers(times), surv = numbers(s$surv), lower = numbers(s$lower), upper = numbers(s$upper)
    )
  })
  horizon <- max(d$time)
  mean <- summary(survfit(Surv(time, event) ~ 1, d), rmean = horizon * 0.8)$table
  reverse <- summary(survfit(Surv(time, 1 - event) ~ 1, d))$table
  object(
    n = nrow(d), events = sum(d$event), log = limits[[1]], loglog = limits[[2]], plain = limits[[3]],
    rmst = numbers(c(horizon * 0.8, mean["rmean"], mean["se(rmean)"])),
    reverse = numbers(reverse[c("median", "0.95LCL", "0.95UCL")])
  )
}

test_reference <- function(f) {
  if (!is.finite(f$chisq)) return("null")
  df <- sum(apply(as.matrix(f$exp), 1, sum) > 0) - 1
  numbers(c(f$chisq, df, pchisq(f$chisq, df, lower.tail = FALSE)))
}

cox_reference <- function(d, covariates, ties, strata) {
  formula <- paste("Surv(time, event) ~", paste(covariates, collapse = " + "))
  if (strata) formula <- paste(formula, "+ strata(layer)")
  warned <- ""
  fit <- withCallingHandlers(coxph(as.formula(formula), d, ties = ties), warning = function(w) {
    warned <<- conditionMessage(w)
    invokeRestart("muffleWarning")
  })
  # The dummies of a text, without their names: the columns of the design in its order.
  z <- tryCatch(cox.zph(fit, terms = FALSE)$table, error = function(e) NULL)
  object(
    coef = numbers(coef(fit)), se = numbers(sqrt(diag(fit$var))), loglik = numbers(fit$loglik),
    score = number(fit$score), wald = number(fit$wald.test), warning = quoted(warned),
    zph = if (is.null(z)) "null" else array(apply(z, 1, numbers))
  )
}

sets <- read.csv(file.path(here, "datasets.csv"), colClasses = "character")
made <- sapply(seq_len(nrow(sets)), function(i) {
  set <- sets[i, ]
  separator <- if (grepl("[.]dat$", set$file)) "" else ","
  raw <- read.csv(file.path(if (set$folder == "here") here else lifelines, set$file), na.strings = c("", "NA"))
  covariates <- strsplit(set$covariates, " ")[[1]]
  used <- c(set$time, set$event, set$group, covariates, if (set$strata != "") set$strata)
  raw <- raw[complete.cases(raw[, used]), ]
  d <- data.frame(time = as.numeric(raw[[set$time]]), event = as.numeric(raw[[set$event]]), group = raw[[set$group]])
  for (name in covariates) d[[name]] <- raw[[name]]
  if (set$strata != "") d$layer <- raw[[set$strata]]
  groups <- sort(unique(d$group), method = "radix")
  km <- array(sapply(groups, function(g) curve_reference(d[d$group == g, ])))
  message(set$name)
  object(
    name = quoted(set$name), n = nrow(d), groups = array(quoted(groups)), km = km,
    logrank = test_reference(survdiff(Surv(time, event) ~ group, d)),
    peto = test_reference(survdiff(Surv(time, event) ~ group, d, rho = 1)),
    stratified = if (set$strata == "") "null" else
      test_reference(survdiff(Surv(time, event) ~ group + strata(layer), d)),
    efron = cox_reference(d, covariates, "efron", FALSE),
    breslow = cox_reference(d, covariates, "breslow", FALSE),
    efron_stratified = if (set$strata == "") "null" else cox_reference(d, covariates, "efron", TRUE)
  )
})
writeLines(c("[", paste(made, collapse = ",\n"), "]"), file.path(here, "reference.json"))

# Weights, delayed entry, strata and the robust variance, of the lung data; test_cox_regression.py makes the same columns.
d <- read.csv(file.path(here, "lung.csv"), na.strings = "")
d <- d[complete.cases(d[, c("time", "event", "age", "sex", "ph.ecog", "inst")]), ]
d <- transform(d, months = ceiling(time / 30), weight = 0.5 + (age %% 7) / 4)
d <- transform(d, entry = floor(months * (age %% 5) / 6))
models <- list(
  weighted = list(Surv(months, event) ~ age + sex + ph.ecog, robust = TRUE),
  entry = list(Surv(entry, months, event) ~ age + sex + ph.ecog, robust = FALSE),
  all = list(Surv(entry, months, event) ~ age + ph.ecog + strata(sex), robust = TRUE)
)
made <- sapply(names(models), function(name) sapply(c("efron", "breslow"), function(ties) {
  fit <- if (models[[name]]$robust) {
    coxph(models[[name]][[1]], d, ties = ties, weights = weight, cluster = inst)
  } else {
    coxph(models[[name]][[1]], d, ties = ties)
  }
  z <- cox.zph(fit, terms = FALSE)$table
  object(
    name = quoted(name), ties = quoted(ties), coef = numbers(coef(fit)), se = numbers(sqrt(diag(fit$var))),
    loglik = numbers(fit$loglik), zph = numbers(z[, 1])
  )
}))
writeLines(c("[", paste(made, collapse = ",\n"), "]"), file.path(here, "weighted.json"))

# Competing risks: progression to a transplant or death before one, with R's standard errors (infinitesimal jackknife).
p <- na.omit(pbc[c("time", "status", "trt")])
write.csv(p, file.path(here, "pbc_causes.csv"), row.names = FALSE, quote = FALSE)
p$cause <- factor(p$status, 0:2, c("censored", "transplant", "death"))
made <- sapply(1:2, function(arm) {
  fit <- survfit(Surv(time, cause) ~ 1, subset(p, trt == arm))
  s <- summary(fit, times = c(365, 1000, 2000, 3500))
  object(arm = arm, times = numbers(s$time), transplant = numbers(s$pstate[, 2]), death = numbers(s$pstate[, 3]),
    se_transplant = numbers(s$std.err[, 2]), se_death = numbers(s$std.err[, 3]))
})
writeLines(c("[", paste(made, collapse = ",\n"), "]"), file.path(here, "competing.json"))

# Gray's test: the arms, and three groups of patients with years as times, so that many are tied (needs r-cran-cmprsk).
p <- read.csv(file.path(here, "pbc_causes.csv"))
tests <- function(time, group) cmprsk::cuminc(time, p$status, group)$Tests
made <- list(arms = tests(p$time, p$trt), tied = tests(ceiling(p$time / 365), seq_len(nrow(p)) %% 3))
writeLines(object(
  arms = object(chi2 = numbers(made$arms[, "stat"]), p = numbers(made$arms[, "pv"])),
  tied = object(chi2 = numbers(made$tied[, "stat"]), p = numbers(made$tied[, "pv"]))
), file.path(here, "gray.json"))

# Scaled Schoenfeld residuals and what plot.cox.zph draws of them, of the lung data in months: residuals by time and
# value, the smooth and its standard error at each distinct value of the time scale.
d <- read.csv(file.path(here, "lung.csv"), na.strings = "")
d <- d[complete.cases(d[, c("time", "event", "age", "sex", "ph.ecog")]), ]
d$months <- ceiling(d$time / 30)
lists <- function(x) array(apply(x, 2, numbers))
made <- sapply(c("efron", "breslow"), function(ties) {
  z <- cox.zph(coxph(Surv(months, event) ~ age + sex + ph.ecog, d, ties = ties), terms = FALSE)
  at <- sort(unique(z$x))
  basis <- splines::ns(c(seq(min(z$x), max(z$x), length = 40), z$x), df = 4, intercept = TRUE)
  model <- basis[-(1:40), ]
  wanted <- predict(basis, at)
  spread <- rowSums((wanted %*% solve(crossprod(model))) * wanted)
  object(
    residuals = lists(apply(z$y, 2, function(y) y[order(z$time, round(y, 9))])),
    smooth = lists(wanted %*% solve(crossprod(model), crossprod(model, z$y))),
    error = lists(sapply(1:3, function(i) sqrt(z$var[i, i] * spread)))
  )
})
writeLines(object(efron = made[["efron"]], breslow = made[["breslow"]]), file.path(here, "schoenfeld.json"))
