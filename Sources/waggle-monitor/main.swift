import Glibc

exit(Monitor.run(Array(CommandLine.arguments.dropFirst())))
