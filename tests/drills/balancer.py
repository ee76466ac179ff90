"""Passes each connection on to one of several servers, in no order: python3 balancer.py PORT SERVER_PORT..."""

import random
import signal
import socket
import sys
import threading


def pour(source, into):
    try:
        while data := source.recv(65536):
            into.sendall(data)
        into.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one side is gone; the other notices


def serve(client, ports):
    with client, socket.create_connection(("127.0.0.1", random.choice(ports))) as server:
        back = threading.Thread(target=pour, args=(server, client), daemon=True)
        back.start()
        pour(client, server)
        back.join()


def main():
    port, *ports = map(int, sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client, ports), daemon=True).start()


if __name__ == "__main__":
    main()
