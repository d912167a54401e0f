from flask import Blueprint, current_app, jsonify, request

bp = Blueprint("stock", __name__)


@bp.get("/stock")
def stock_levels():
    skus = request.args.getlist("sku")[:200]
    if not skus:
        return jsonify([])
    wanted = ",".join("?" for _ in skus)
    query = f"SELECT sku, quantity FROM stock WHERE sku IN ({wanted})"
    rows = current_app.db.execute(query, skus).fetchall()
    return jsonify([{"sku": sku, "quantity": count} for sku, count in rows])
