"""The change process of the made-up company: a project in which every control of the library holds, fails, or can't be shown."""
