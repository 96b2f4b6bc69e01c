local K = ... return {}
