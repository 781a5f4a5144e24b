using Gateway.Http;

namespace Gateway.Tests.Http;

public sealed class GrpcKindTests
{
    [Theory]
    [InlineData("application/json", 0)]
    [InlineData("application/grpc", 1)]
    [InlineData("application/grpc+proto", 1)]
    [InlineData("application/grpc-web", 2)]
    [InlineData("application/grpc-web+proto; charset=x", 2)]
    [InlineData("Application/GRPC-Web-Text+proto", 3)]
    [InlineData("application/grpcish", 0)]
    [InlineData("application/grpc-webby", 0)]
    public void Grpc_is_told_by_its_content_type(string type, int expected) => Assert.Equal(expected, (int)GrpcKind.Of(type));

    [Theory]
    [InlineData("application/grpc+proto; x=y", "application/grpc+proto")]
    [InlineData("application/grpc-web", "application/grpc-web")]
    [InlineData("application/grpc+é", "application/grpc")]
    [InlineData("application/grpc;é", "application/grpc")]
    [InlineData("application/grpc+a\tb", "application/grpc+a")]
    public void An_answer_to_grpc_has_a_type_that_a_header_can_carry(string asked, string answered)
        => Assert.Equal(answered, GrpcKind.Echo(asked));
}
