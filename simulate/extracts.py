"""A simulated extract: the patients of a file, or any number of random ones, as an EMR would give them."""

from collections.abc import Iterable
from pathlib import Path

from simulate.batches import Batch, draw_batches, read_batch
from simulate.defects import Defect
from simulate.extract_writer import DEFECTS_FILE, ExtractWriter, remove_older_list, write_defects
from studies import Study


def simulate_extracts(
    directory: Path,
    *,
    patients: int,
    seed: int,
    study: Study,
    defects: bool = False,
    cohort_file: Path | None = None,
    defects_file: Path | None = None,
) -> None:
    """Writes one file a mapped table into ``directory``: ``patients`` random ones, or those of ``cohort_file``.

    With ``defects``, known defects are planted and listed in ``defects_file`` (unless another is named, "defects.csv"
    in ``directory``): defect, rule_id, table, file, row (line of the file, the header is 1), subject_id, key, what.
    Such a list of an earlier extract in ``directory`` goes: it does not describe these files. Equal arguments give
    equal bytes.

    Raises:
        ValueError: the cohort is too small to plant every defect, or has days that no scans can give.
        OSError: ``directory`` cannot be written, or ``cohort_file`` not read.
    """
    batches: Iterable[Batch] = (
        [read_batch(cohort_file, study, seed, defects=defects)]
        if cohort_file
        else draw_batches(patients, study, seed, defects=defects)
    )
    planted: list[tuple[Defect, int]] = []
    with ExtractWriter(directory, study) as writer:
        remove_older_list(directory)
        for batch in batches:
            for table, typed in batch.typed.items():
                writer.add(table, typed, batch.is_copied[table])
            planted += batch.planted
    if defects:
        write_defects(defects_file or directory / DEFECTS_FILE, planted, study)
