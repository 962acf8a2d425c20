"""The web app: routes, one module a concern. `app.create_api` puts them together."""
