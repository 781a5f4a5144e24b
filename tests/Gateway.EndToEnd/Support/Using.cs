global using Gateway.EndToEnd.Support;
global using Gateway.Tests.Support;
