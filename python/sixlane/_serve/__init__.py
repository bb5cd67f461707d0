"""The command line and the processes it starts: find the app, bind, serve, watch, stop."""
