"""How good the plans of peer matching are: beside the exact optimum, beside what people do by hand, and over a year."""
