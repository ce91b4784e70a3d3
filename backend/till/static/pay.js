// Opens WeChat's own pay sheet; what it says afterwards is believed by nobody, the page asks the server.
(() => {
  const place = document.getElementById("sheet");
  const back = (done) => location.replace(place.dataset.back + (done ? "?done=1" : ""));
  const open = () => window.WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(place.dataset.sheet),
    (told) => back(told.err_msg === "get_brand_wcpay_request:ok"));
  if (window.WeixinJSBridge) open();
  else document.addEventListener("WeixinJSBridgeReady", open, false);
})();
