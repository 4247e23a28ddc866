"""What happens when? Prefect flows and tasks, and the command line; no rule, no SQL, no statistics."""
