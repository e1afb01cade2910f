"""What goes over the wire: the world's facts as XML, JSON, text and HTML, and submitted XML as values.

Its own words for everything: it shares no code with the client that reads them.
"""
