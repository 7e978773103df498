"""What a question is about when it is not about metastatic breast cancer: another illness, a drug, an animal."""
