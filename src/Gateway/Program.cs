using Gateway.Commands;
using Gateway.Commands.Demo;

return await GatewayCommand.Create(
    RunCommand.Create(),
    CheckCommand.Create(),
    KeyCommand.Create(),
    SessionsCommand.Create(),
    RevokeCommand.Create(),
    AuditCommand.Create(),
    ExplainCommand.Create(),
    TwoFactorCommand.Create(),
    DemoCommand.Create()).Parse(args).InvokeAsync(GatewayCommand.Invocation);
