"""Backups: one file with everything that residents rely on, proved when it is put back."""
