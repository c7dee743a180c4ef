# One image for all roles: `tidegate start`, `frontend`, `worker`.
FROM node:24-slim AS build
WORKDIR /tidegate
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:24-slim
WORKDIR /tidegate
ENV NODE_ENV=production
COPY --from=build /tidegate/package.json ./
COPY --from=build /tidegate/node_modules ./node_modules
COPY --from=build /tidegate/dist ./dist
COPY --from=build /tidegate/schemas ./schemas
USER node
ENTRYPOINT ["node", "--max-semi-space-size=64", "--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning", "dist/cli/main.js"]
CMD ["help"]
