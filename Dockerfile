# unecho with the browser it needs, for runs without a screen.
#
#   docker build -t unecho .
#   docker run --rm unecho demo --no-sandbox
#
# Chromium's own sandbox needs user namespaces, which Docker's default rules forbid:
# --no-sandbox is right here, where the container is the sandbox. `unecho help
# containers` has a run with secrets and a volume.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# By name, so that no .env gets into a layer.
COPY main.go ./
COPY flows flows
COPY selectors selectors
COPY testdata testdata
# Without .git nothing tells the version: docker build --build-arg VERSION=v1.2.3 .
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath \
 -ldflags="-s -w -X github.com/unecho/unecho/flows/cli.Version=$VERSION" -o /out/unecho .

FROM debian:bookworm-slim
# tini reaps what the browser leaves when it is killed; the fonts are for pictures.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates chromium-headless-shell fonts-liberation tini tzdata \
 && rm -rf /var/lib/apt/lists/*
# A user of its own, and one directory that it may write: sessions, journal, evidence.
RUN useradd --uid 10001 --create-home --home-dir /home/unecho --shell /usr/sbin/nologin unecho \
 && install -d -o 10001 -g 10001 -m 0700 /state
COPY --from=build /out/unecho /usr/local/bin/unecho
ENV HOME=/home/unecho XDG_STATE_HOME=/state LANG=C.UTF-8
USER 10001:10001
WORKDIR /home/unecho
VOLUME /state
ENTRYPOINT ["/usr/bin/tini", "--", "/usr/local/bin/unecho"]
CMD ["help"]
