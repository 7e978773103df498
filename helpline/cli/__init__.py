"""The `helpline` command: one module for each verb."""
