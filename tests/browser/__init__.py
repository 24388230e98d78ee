"""Journeys through the web application in a browser, on a stack that they have for themselves."""
