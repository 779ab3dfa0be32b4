"""The start page of JupyterLab: a form beside the parameter file, buttons for the commands, links into the packages."""
