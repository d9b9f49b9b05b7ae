# Two stages: what builds stays behind. One image for every role; docker-compose.yml names the commands.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements.txt ./
# Packages that come as source are built with the pinned setuptools.
RUN python -m venv /opt/daidun \
    && awk '/^setuptools==/ { on = 1 } on { print } on && !/\\$/ { exit }' requirements.txt > setuptools.txt \
    && /opt/daidun/bin/pip install --require-hashes -r setuptools.txt \
    && /opt/daidun/bin/pip install --require-hashes --no-build-isolation -r requirements.txt
COPY . ./
RUN /opt/daidun/bin/pip install --no-deps --no-build-isolation . \
    && /opt/daidun/bin/pip uninstall --yes pip setuptools

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Daidun" \
      org.opencontainers.image.description="Decides whether a post or an ad may promote a loan" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin daidun \
    && install --directory --owner=daidun --group=daidun --mode=700 /var/lib/daidun
COPY --from=build /opt/daidun /opt/daidun
# One thread a process: concurrency is a matter of processes and lanes.
ENV PATH=/opt/daidun/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    DAIDUN_HOST=0.0.0.0 \
    DAIDUN_PORT=8080 \
    DAIDUN_STATE_DIR=/var/lib/daidun
USER 10001:10001
WORKDIR /var/lib/daidun
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['DAIDUN_PORT'] + '/healthz', timeout=4)"]
CMD ["python", "-m", "gunicorn", "--config", "python:moderation.supervisor.gunicorn_conf", "moderation.wsgi:app"]
