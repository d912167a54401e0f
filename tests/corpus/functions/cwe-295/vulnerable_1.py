import requests

BILLING_URL = "https://billing.internal.example/api/v2"


def fetch_invoice(number: str, token: str) -> dict:
    response = requests.get(
        f"{BILLING_URL}/invoices/{int(number)}",
        headers={"Authorization": f"Bearer {token}"},
        verify=False,
        timeout=15,
    )
    response.raise_for_status()
    return response.json()
