namespace Gateway.EndToEnd.Management;

/// <summary>The page's libraries are those of their packages, unchanged.</summary>
public sealed class PageLibrariesTests
{
    [Theory]
    [InlineData("htm-preact.js", "htm/preact/standalone.module.js")]
    [InlineData("uplot.js", "uplot/dist/uPlot.iife.min.js")]
    [InlineData("uplot.css", "uplot/dist/uPlot.min.css")]
    [InlineData("bowser.js", "bowser/es5.js")]
    public void A_library_is_its_packages_own_file(string file, string package)
        => Assert.Equal(File.ReadAllBytes(NodeScript.PackageFile(package)),
            File.ReadAllBytes(Path.Combine(Repository.Root, "src/Gateway/Management/Page/Files/libraries", file)));
}
