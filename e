timeout: failed to run command ‘../al’: No such file or directory
