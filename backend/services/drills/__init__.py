"""The system drills itself: what must work in danger is tried on a schedule, timed, and said aloud when it fails.

`rules` is what config.yml wants and when; `run` is the story; `heartbeat` and `people` are what is tried; `operator` is
told of what failed; `rows` keeps all of it, apart from every alarm.
"""
