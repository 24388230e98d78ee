"""The web application in Chromium: how it scrolls, and how soon it is there."""
