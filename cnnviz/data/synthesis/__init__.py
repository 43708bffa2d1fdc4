"""Pictures made from nothing but fonts."""
