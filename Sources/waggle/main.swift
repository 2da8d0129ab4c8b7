import Glibc

exit(Waggle.run(Array(CommandLine.arguments.dropFirst())))
