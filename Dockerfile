# CPU image: dependencies, the unpacked encoder and the index of the packaged plans are in it, so a container starts in
# seconds, needs no network, and runs as nobody in particular on a read-only root. Writable: /data (the index's copy,
# added plans, feedback) and /tmp.
#
#   docker build -t ip-plan-assistant .
#   docker run --read-only --tmpfs /tmp -v ip-plan-data:/data -p 127.0.0.1:7860:7860 ip-plan-assistant
#
# PIP_EXTRA_INDEX_URL: PyTorch's CPU index (see its installation page) spares the gigabytes of CUDA libraries.

FROM python:3.12-slim-bookworm AS build
ARG PIP_EXTRA_INDEX_URL=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY ingest ./ingest
COPY assistant ./assistant
COPY eval ./eval
COPY prompts ./prompts
COPY app.py ./
RUN python -m venv /venv && /venv/bin/python -m pip install -c constraints.txt .
ENV IPPLAN_INDEX=/seed IPPLAN_CACHE=/encoder
RUN /venv/bin/python -m ingest build && /venv/bin/python -m ingest check

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp assistant \
    && install -d -o assistant -g assistant /data
COPY --from=build /venv /venv
COPY --from=build /encoder /encoder
COPY --from=build --chown=assistant:assistant /seed /data/index
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp \
    IPPLAN_HOST=0.0.0.0 IPPLAN_PORT=7860 IPPLAN_INDEX=/data/index IPPLAN_CACHE=/encoder
USER 10001
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGINT
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import json, urllib.request as u; raise SystemExit(json.load(u.urlopen('http://127.0.0.1:7860/api/health', timeout=4))['status'] != 'ready')"]
CMD ["python", "app.py"]
