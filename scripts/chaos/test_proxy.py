#!/usr/bin/env python3
"""Facts about the proxy: it forwards, and a cut link is cut."""

import json
import socket
import subprocess
import sys
import threading
import unittest
from pathlib import Path

FAR = "127.0.1.77"
"""Where the proxy listens; it forwards to 127.0.0.1."""
OTHER = "127.0.0.78"
"""Another address to forward to, at the same port."""


class ProxyTests(unittest.TestCase):
    def setUp(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.echo_all, daemon=True).start()
        routes = json.dumps({"a-b": [[FAR, "127.0.0.1", self.port]]})
        self.proxy = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("proxy.py"), routes],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.assertEqual(self.proxy.stdout.readline(), "ok\n")

    def tearDown(self):
        self.server.close()
        self.proxy.stdin.close()
        self.assertEqual(self.proxy.wait(10), 0)
        self.proxy.stdout.close()

    def echo_all(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return  # The test is over.
            threading.Thread(target=self.echo, args=(connection,), daemon=True).start()

    @staticmethod
    def echo(connection):
        with connection:
            try:
                while chunk := connection.recv(65536):
                    connection.sendall(chunk)
            except OSError:
                return  # Cut.

    def call(self):
        return socket.create_connection((FAR, self.port), timeout=10)

    def command(self, line):
        self.proxy.stdin.write(line + "\n")
        return self.proxy.stdout.readline().strip()

    @staticmethod
    def receive(connection, count):
        data = b""
        while len(data) < count:
            chunk = connection.recv(count - len(data))
            if not chunk:
                break
            data += chunk
        return data

    def test_what_is_sent_arrives_whole_and_in_order(self):
        data = bytes(range(256)) * 8192
        with self.call() as connection:
            sender = threading.Thread(target=connection.sendall, args=(data,))
            sender.start()
            self.assertEqual(self.receive(connection, len(data)), data)
            sender.join()

    def test_a_dropped_link_resets_and_refuses_until_it_heals(self):
        with self.call() as connection:
            connection.sendall(b"before")
            self.assertEqual(self.receive(connection, 6), b"before")
            self.assertEqual(self.command("cut a-b drop"), "ok")
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)
        with self.assertRaises(ConnectionRefusedError):
            self.call()
        self.assertEqual(self.command("heal a-b"), "ok")
        with self.call() as connection:
            connection.sendall(b"after")
            self.assertEqual(self.receive(connection, 5), b"after")

    def test_a_held_link_delivers_after_it_heals(self):
        with self.call() as old:
            self.assertEqual(self.command("cut a-b hold"), "ok")
            old.sendall(b"late")
            with self.call() as new:
                new.sendall(b"new")
                for connection in (old, new):
                    connection.settimeout(0.2)
                    with self.assertRaises(socket.timeout):
                        connection.recv(1)
                    connection.settimeout(10)
                self.assertEqual(self.command("heal a-b"), "ok")
                self.assertEqual(self.receive(old, 4), b"late")
                self.assertEqual(self.receive(new, 3), b"new")

    def test_a_link_with_another_target_resets_and_leads_there(self):
        with self.call() as old:
            old.sendall(b"before")
            self.assertEqual(self.receive(old, 6), b"before")
            self.assertEqual(self.command(f"target {FAR} {OTHER}"), "ok")
            with self.assertRaises(ConnectionResetError):
                old.recv(1)
        # Nobody is there yet: whoever calls is told so, and calls again.
        with self.call() as early:
            self.assertEqual(self.receive(early, 1), b"")
        with socket.create_server((OTHER, self.port)) as other, self.call() as new:
            connection, _ = other.accept()
            with connection:
                new.sendall(b"after")
                self.assertEqual(self.receive(connection, 5), b"after")

    def test_commands_it_does_not_know_are_refused(self):
        for line in ["cut a-b", "cut a-c drop", "heal", "cut a-b softly", "target 127.0.1.78 127.0.0.1"]:
            self.assertTrue(self.command(line).startswith("no such command"), line)


if __name__ == "__main__":
    unittest.main()
