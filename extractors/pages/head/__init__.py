"""What a page says about its story: title, byline, days, section, language, agency."""
