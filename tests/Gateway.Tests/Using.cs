global using Gateway.Tests.Support;
