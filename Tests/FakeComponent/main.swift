import Glibc

exit(FakeComponent.run(Array(CommandLine.arguments.dropFirst())))
