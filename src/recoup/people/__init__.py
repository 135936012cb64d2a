"""Staff with roles in branches, their absences, and the audit of what they read and wrote."""
