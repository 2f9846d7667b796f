"""Tests of cleanup-client.js, by what they are about."""
