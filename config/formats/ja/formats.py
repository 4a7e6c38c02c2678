"""How are days and moments written here? Numbers are written as Django has them."""

DATE_FORMAT = "Y年n月j日"
DATETIME_FORMAT = "Y年n月j日 H:i"
SHORT_DATE_FORMAT = "Y/n/j"
TIME_FORMAT = "H:i"
