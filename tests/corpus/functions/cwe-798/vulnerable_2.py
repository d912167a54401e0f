import httpx


class WeatherClient:
    base = "https://api.weather.example/v1"
    access = "wk_live_9f27c1d05be84a3386ce"

    def __init__(self):
        self.http = httpx.AsyncClient(base_url=self.base, timeout=10)

    def _headers(self):
        return {"X-Api-Key": self.access, "Accept": "application/json"}

    async def forecast(self, city):
        reply = await self.http.get(
            "/forecast", params={"city": city}, headers=self._headers()
        )
        reply.raise_for_status()
        return reply.json()
