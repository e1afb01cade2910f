"""The frugal painter: what goes to the terminal is the difference between what it shows and what it should show.

Textual repaints regions; over a slow line, that is what one waits for. Here its updates are taken as cells, compared with the
cells that the terminal has, and only what differs is written. Everything that knows Textual's private parts is in this room:

    FrugalApp (app.py)  ← hangs on `App._display`, and hands back to Textual's own painter where it cannot vouch for itself
      Painter (painter.py)  ← what the terminal shows, what it should show
        cells.py (strips to cells), pens.py (colours), scrolling.py (lines that moved), writing.py (cells to bytes)
      Line (line.py)  ← whether the terminal keeps up
      EarlyScreen (early_screen.py)  ← a frame (early_frame.py) drawn before Textual is imported, and its taking over (driver.py)
"""
