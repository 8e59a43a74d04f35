"""People: their names and offices, who is who, of which country each is, and where a text means them."""
