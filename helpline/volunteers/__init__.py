"""Peer volunteers: who they are, who fits whom, and why."""
