using System.Text.Encodings.Web;

namespace Gateway.Commands.Demo;

/// <summary>The demo application's two pages.</summary>
internal static class DemoPages
{
    public static string SignIn() => Page("Sign in", """
        <p>Who are you? No password is asked; this is a demo.</p>
        <p><a class="button" href="/sign-in/alice">alice</a> <a class="button" href="/sign-in/bob">bob</a> <a class="button" href="/sign-in/admin">admin</a></p>
        """);

    public static string Home(string subject, string session) => Page("Demo application", $$"""
        <p>You are <b>{{HtmlEncoder.Default.Encode(subject)}}</b> in session <code>{{HtmlEncoder.Default.Encode(session)}}</code>.</p>
        <p>WebSocket: <b id="socket">connecting</b><br>Event stream: <b id="events">connecting</b></p>
        <h2>Your other sessions</h2>
        <p>Open this page in a second browser, sign in as the same user, and end that session from here.</p>
        <ul id="sessions"></ul>
        <p><button id="others">Log out all my other sessions</button></p>
        <form method="post" action="/sign-out"><button>Log out here</button></form>
        <script>
          const show = (id, text) => document.getElementById(id).textContent = text;
          const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws");
          socket.onopen = () => { show("socket", "open"); setInterval(() => socket.readyState === 1 && socket.send("ping"), 1000); };
          socket.onclose = e => show("socket", `closed with ${e.code} ${e.reason}`);
          const events = new EventSource("/events");
          events.onmessage = e => show("events", "open, " + e.data);
          events.addEventListener("session-ended", () => { show("events", "the session has ended"); events.close(); });
          events.onerror = () => { if (events.readyState === 2) show("events", "ended"); };
          async function list() {
            const answer = await fetch("/sessions");
            if (!answer.ok) return;
            const items = (await answer.json()).map(s => {
              const item = document.createElement("li"), button = document.createElement("button");
              button.textContent = "log out";
              button.onclick = async () => { await fetch("/sessions/" + encodeURIComponent(s.id), { method: "DELETE" }); list(); };
              item.append(s.id + " ", button);
              return item;
            });
            document.getElementById("sessions").replaceChildren(...items);
          }
          document.getElementById("others").onclick = async () => { await fetch("/sessions", { method: "DELETE" }); list(); };
          list();
          setInterval(list, 3000);
        </script>
        """);

    private static string Page(string title, string body) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{title}}</title>
        <style>body{font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem} .button,button{font:inherit;padding:.2rem .8rem}</style>
        </head>
        <body>
        <h1>{{title}}</h1>
        {{body}}
        </body>
        </html>
        """;
}
