// The service worker of kiosks, for a tablet that is restarted without network: it hands out the page, without any
// token, and the script that kiosk.js has kept. With network it does nothing; it keeps nothing by itself.
self.addEventListener("install", function () {
  self.skipWaiting();
});
self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});
self.addEventListener("fetch", function (event) {
  var request = event.request;
  if (request.method !== "GET" || (request.mode !== "navigate" && request.destination !== "script")) {
    return;
  }
  event.respondWith(
    fetch(request).catch(function (error) {
      return caches.match(request.url, { ignoreVary: true }).then(function (found) {
        if (found) {
          return found;
        }
        throw error;
      });
    })
  );
});
