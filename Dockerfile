# One image with every program of the colony. docker-compose.yml starts a service per component from it.
FROM swift:6.2-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      libzmq3-dev libsqlite3-dev libsodium-dev zlib1g-dev liblapacke-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /waggle
COPY Package.swift ./
COPY Plugins Plugins
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release -Xswiftc -cross-module-optimization --static-swift-stdlib \
    && mkdir /programs \
    && find .build/release/ -maxdepth 1 -type f -executable -name 'waggle*' -exec cp {} /programs/ \;

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      libzmq5 libsqlite3-0 libsodium23 zlib1g liblapacke ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 waggle \
    && mkdir -p /run-folder && chown waggle /run-folder
COPY --from=build /programs/ /usr/local/bin/
COPY topology /topology
USER waggle
WORKDIR /run-folder
VOLUME /run-folder
CMD ["waggle", "help"]
