ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS install
WORKDIR /app
COPY package.json package-lock.json ./
# The image has a Node of its own and uses the Postgres of DATABASE_URL: neither comes along.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM ${BASE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=install /app/node_modules ./node_modules
COPY package.json ./
COPY src ./src
COPY migrations ./migrations
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=35", "--no-allocation-site-pretenuring", "src/server.ts"]
