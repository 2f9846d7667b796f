"""Tests of the page, by what they are about."""
