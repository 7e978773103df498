"""Peer volunteers: who they are, who fits whom, and why. docs/matching.md tells how a match is made."""
