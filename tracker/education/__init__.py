"""Educational notes and how they are chosen for a patient."""
