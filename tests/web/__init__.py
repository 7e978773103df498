"""Tests of `helpline/web`."""
